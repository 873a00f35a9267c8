env "default" {
  url = getenv("DATABASE_URL")
  migration {
    dir    = "file://db/migrations"
    format = goose
  }
}
