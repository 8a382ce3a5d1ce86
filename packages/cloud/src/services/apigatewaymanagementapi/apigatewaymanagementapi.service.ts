import { type Operation, type ServiceDefinition, ServiceError } from "../../core/service.ts";

/** API Gateway management API: no WebSocket connection exists in this cloud yet, so every connection is one that has gone. */
const gone: Operation = {
  handler: () => {
    throw new ServiceError("GoneException", 410, "");
  },
  missing: "WebSocket connections are not served",
};

export const service: ServiceDefinition = {
  name: "apigatewaymanagementapi",
  operations: { PostToConnection: gone, GetConnection: gone, DeleteConnection: gone },
};
