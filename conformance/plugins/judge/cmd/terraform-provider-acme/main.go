// A provider of somebody's, over plugin protocol 6.
package main

import "dovetail.test/judge/acme"

func main() { acme.Serve() }
