variable "url" {
  type    = string
  default = getenv("DATABASE_URL")
}

locals {
  # The development server of `plumb up` and of docker-compose.yml; DATABASE_URL overrides it.
  default_url = "postgres://plumb:plumb@127.0.0.1:54329/plumb?sslmode=disable"
  url         = var.url != "" ? var.url : local.default_url
}

env "default" {
  url = local.url
  # Only the server of this URL matters to the `atlas` that comes with pgplumb: each command makes
  # a database of its own there and drops it. Another atlas wants it empty, or missing.
  dev = urlsetpath(local.url, "plumb_shadow_dev")

  # In this order: what is below uses what is above.
  src = [
    "file://db/schema/extensions.sql",
    "file://db/schema/types.sql",
    "file://db/schema/tables.sql",
    "file://db/schema/functions.sql",
    "file://db/schema/views.sql",
    "file://db/schema/views_materialized.sql",
    "file://db/schema/triggers.sql",
    "file://db/schema/policies.sql",
  ]

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
