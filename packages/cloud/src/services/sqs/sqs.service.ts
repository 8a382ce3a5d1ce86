import type { Ctx, IamRequest, ServiceDefinition } from "../../core/service.ts";
import { GAUGES, tellGauges } from "./gauges.ts";
import * as messages from "./operations/messages.ts";
import * as moves from "./operations/move-tasks.ts";
import * as attributes from "./operations/queue-attributes.ts";
import * as queues from "./operations/queues.ts";
import { peek } from "./peek.ts";
import { namedIam, queueIam } from "./queues.ts";
import { listQueues } from "./store.ts";
import { park, stopWaiting } from "./waiting.ts";

function sourceIam(action: string): (ctx: Ctx, input: { readonly SourceArn?: string }) => IamRequest {
  return (_ctx, input) => ({ action: `sqs:${action}`, resources: [input.SourceArn ?? "*"] });
}

export const service: ServiceDefinition = {
  name: "sqs",
  operations: {
    CreateQueue: { handler: queues.createQueue, iam: namedIam("CreateQueue") },
    DeleteQueue: { handler: queues.deleteQueue, iam: queueIam("DeleteQueue") },
    GetQueueUrl: { handler: queues.getQueueUrl, readonly: true, iam: namedIam("GetQueueUrl") },
    ListQueues: { handler: queues.listQueues, readonly: true },
    PurgeQueue: { handler: queues.purgeQueue, iam: queueIam("PurgeQueue") },
    TagQueue: { handler: queues.tagQueue, iam: queueIam("TagQueue") },
    UntagQueue: { handler: queues.untagQueue, iam: queueIam("UntagQueue") },
    ListQueueTags: { handler: queues.listQueueTags, readonly: true, iam: queueIam("ListQueueTags") },
    ListDeadLetterSourceQueues: {
      handler: queues.listDeadLetterSourceQueues,
      readonly: true,
      iam: queueIam("ListDeadLetterSourceQueues"),
    },
    AddPermission: { handler: queues.addPermission, iam: queueIam("AddPermission") },
    RemovePermission: { handler: queues.removePermission, iam: queueIam("RemovePermission") },
    GetQueueAttributes: { handler: attributes.getQueueAttributes, readonly: true, iam: queueIam("GetQueueAttributes") },
    SetQueueAttributes: { handler: attributes.setQueueAttributes, iam: queueIam("SetQueueAttributes") },
    SendMessage: { handler: messages.sendMessage, waits: true, iam: queueIam("SendMessage") },
    SendMessageBatch: { handler: messages.sendMessageBatch, waits: true, iam: queueIam("SendMessage") },
    ReceiveMessage: {
      handler: messages.receiveMessage,
      waits: true,
      iam: queueIam("ReceiveMessage"),
    },
    DeleteMessage: { handler: messages.deleteMessage, iam: queueIam("DeleteMessage") },
    DeleteMessageBatch: { handler: messages.deleteMessageBatch, iam: queueIam("DeleteMessage") },
    ChangeMessageVisibility: { handler: messages.changeMessageVisibility, iam: queueIam("ChangeMessageVisibility") },
    ChangeMessageVisibilityBatch: { handler: messages.changeMessageVisibilityBatch, iam: queueIam("ChangeMessageVisibility") },
    StartMessageMoveTask: { handler: moves.startMessageMoveTask, iam: sourceIam("StartMessageMoveTask") },
    ListMessageMoveTasks: { handler: moves.listMessageMoveTasks, readonly: true, iam: sourceIam("ListMessageMoveTasks") },
    CancelMessageMoveTask: { handler: moves.cancelMessageMoveTask },
  },
  timers: { move: moves.moveSome, [GAUGES]: tellGauges },
  internal: { park },
  http: { handle: peek },
  inventory: (ctx) => ({ queues: listQueues(ctx).length }),
  stop: stopWaiting,
};
