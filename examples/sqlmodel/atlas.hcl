env "default" {
  url = getenv("DATABASE_URL")
  migration {
    # The template's migrations: this example has no others.
    dir = "file://../../db/migrations"
  }
}
