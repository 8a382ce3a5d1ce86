import type { ServiceDefinition } from "../../core/service.ts";
import { deleteConnection, getConnection, manageConnections, postToConnection } from "../apigatewayv2/websocket/management.ts";

/** API Gateway management API: open WebSocket connections. Its memory is that of `apigatewayv2`, where they live. */
export const service: ServiceDefinition = {
  name: "apigatewaymanagementapi",
  operations: {
    // Too much data is a 413 of its own, not the model's limit.
    PostToConnection: { handler: postToConnection, validate: false, iam: manageConnections("POST") },
    GetConnection: { handler: getConnection, readonly: true, iam: manageConnections("GET") },
    DeleteConnection: { handler: deleteConnection, iam: manageConnections("DELETE") },
  },
};
