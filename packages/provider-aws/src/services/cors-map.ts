/** CORS settings of an HTTP API and of a function URL: the same attributes, the same members. */
import type { Cors } from "@aws-sdk/client-apigatewayv2";
import { flag, rowsOf, texts, whole } from "./attribute-map.ts";

const cors = rowsOf<Cors>();
export const CORS = [
  cors("allow_credentials", "AllowCredentials", flag()),
  cors("allow_headers", "AllowHeaders", texts()),
  cors("allow_methods", "AllowMethods", texts()),
  cors("allow_origins", "AllowOrigins", texts()),
  cors("expose_headers", "ExposeHeaders", texts()),
  cors("max_age", "MaxAge", whole()),
];
