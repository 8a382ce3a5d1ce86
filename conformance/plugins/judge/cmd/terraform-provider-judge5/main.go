// The judge over plugin protocol 5.
package main

import "dovetail.test/judge/provider"

func main() { provider.Serve(5) }
