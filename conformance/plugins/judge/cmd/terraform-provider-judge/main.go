// The judge over plugin protocol 6.
package main

import "dovetail.test/judge/provider"

func main() { provider.Serve(6) }
