/** The Terraform front end; see README.md. */
export {};
