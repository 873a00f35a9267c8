variable "url" {
  type    = string
  default = getenv("DATABASE_URL")
}

env "default" {
  url = var.url
  dev = urlsetpath(var.url, "plumb_shadow_dev")
  src = "file://db/schema"

  migration {
    dir = "file://db/migrations"
  }

  lint {
    destructive {
      error = true
    }
    data_depend {
      error = true
    }
  }
}
