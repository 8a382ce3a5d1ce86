name    = "x"
regoin  = "eu-west-1"
owner   = "me"
project = "p"
