import type { Ctx, IamRequest, ServiceDefinition } from "../../core/service.ts";
import { onRetry } from "./delivery.ts";
import { serveHttp } from "./http.ts";
import { publish, publishBatch } from "./operations/publish.ts";
import * as sms from "./operations/sms.ts";
import * as subscriptions from "./operations/subscriptions.ts";
import * as topics from "./operations/topics.ts";
import * as push from "./push.ts";
import { allSubscriptions, listTopics } from "./store.ts";

const { topicIam } = topics;
const { subscriptionIam } = subscriptions;
const reads = { readonly: true };

function onPush(_ctx: Ctx, input: { readonly PlatformApplicationArn?: string; readonly EndpointArn?: string }): IamRequest {
  return { resources: [input.PlatformApplicationArn ?? input.EndpointArn ?? "*"] };
}

export const service: ServiceDefinition = {
  name: "sns",
  operations: {
    CreateTopic: { handler: topics.createTopic, missing: "the data protection policy is kept, not carried out" },
    DeleteTopic: { handler: topics.deleteTopic, iam: topicIam("DeleteTopic") },
    GetTopicAttributes: { handler: topics.getTopicAttributes, ...reads, iam: topicIam("GetTopicAttributes") },
    SetTopicAttributes: { handler: topics.setTopicAttributes, iam: topicIam("SetTopicAttributes") },
    ListTopics: { handler: topics.listTopics, ...reads },
    TagResource: { handler: topics.tagResource, iam: topicIam("TagResource") },
    UntagResource: { handler: topics.untagResource, iam: topicIam("UntagResource") },
    ListTagsForResource: { handler: topics.listTagsForResource, ...reads, iam: topicIam("ListTagsForResource") },
    AddPermission: { handler: topics.addPermission, iam: topicIam("AddPermission") },
    RemovePermission: { handler: topics.removePermission, iam: topicIam("RemovePermission") },
    Subscribe: {
      handler: subscriptions.subscribe,
      iam: topicIam("Subscribe"),
      missing: "protocol firehose",
    },
    ConfirmSubscription: { handler: subscriptions.confirmSubscription, anonymous: true, iam: topicIam("ConfirmSubscription") },
    Unsubscribe: { handler: subscriptions.unsubscribe, anonymous: true, iam: subscriptionIam("Unsubscribe") },
    GetSubscriptionAttributes: {
      handler: subscriptions.getSubscriptionAttributes,
      ...reads,
      iam: subscriptionIam("GetSubscriptionAttributes"),
    },
    SetSubscriptionAttributes: {
      handler: subscriptions.setSubscriptionAttributes,
      iam: subscriptionIam("SetSubscriptionAttributes"),
    },
    ListSubscriptions: { handler: subscriptions.listSubscriptions, ...reads },
    ListSubscriptionsByTopic: {
      handler: subscriptions.listSubscriptionsByTopic,
      ...reads,
      iam: topicIam("ListSubscriptionsByTopic"),
    },
    Publish: {
      handler: publish,
      waits: true,
      iam: topicIam("Publish"),
      missing: "HTTP only to this machine",
    },
    PublishBatch: { handler: publishBatch, waits: true, iam: topicIam("Publish"), missing: "as Publish" },
    PutDataProtectionPolicy: {
      handler: topics.putDataProtectionPolicy,
      iam: topicIam("PutDataProtectionPolicy"),
      missing: "kept, not carried out",
    },
    GetDataProtectionPolicy: { handler: topics.getDataProtectionPolicy, ...reads, iam: topicIam("GetDataProtectionPolicy") },
    CreatePlatformApplication: { handler: push.createApplication },
    GetPlatformApplicationAttributes: { handler: push.getApplicationAttributes, ...reads, iam: onPush },
    SetPlatformApplicationAttributes: { handler: push.setApplicationAttributes, iam: onPush },
    DeletePlatformApplication: { handler: push.deleteApplication, iam: onPush },
    ListPlatformApplications: { handler: push.listApplications, ...reads },
    CreatePlatformEndpoint: { handler: push.createEndpoint, iam: onPush },
    GetEndpointAttributes: { handler: push.getEndpointAttributes, ...reads, iam: onPush },
    SetEndpointAttributes: { handler: push.setEndpointAttributes, iam: onPush },
    DeleteEndpoint: { handler: push.deleteEndpoint, iam: onPush },
    ListEndpointsByPlatformApplication: { handler: push.listEndpoints, ...reads, iam: onPush },
    SetSMSAttributes: { handler: sms.setSmsAttributes },
    GetSMSAttributes: { handler: sms.getSmsAttributes, ...reads },
    CreateSMSSandboxPhoneNumber: { handler: sms.createSandboxNumber },
    VerifySMSSandboxPhoneNumber: { handler: sms.verifySandboxNumber },
    DeleteSMSSandboxPhoneNumber: { handler: sms.deleteSandboxNumber },
    ListSMSSandboxPhoneNumbers: { handler: sms.listSandboxNumbers, ...reads },
    GetSMSSandboxAccountStatus: { handler: sms.sandboxStatus, ...reads },
    CheckIfPhoneNumberIsOptedOut: { handler: sms.isOptedOut, ...reads, missing: "nobody opts out of a mailbox" },
    ListPhoneNumbersOptedOut: { handler: sms.listOptedOut, ...reads, missing: "nobody opts out of a mailbox" },
    OptInPhoneNumber: { handler: sms.optIn, missing: "nobody opts out of a mailbox" },
    ListOriginationNumbers: { handler: sms.listOriginationNumbers, ...reads, missing: "always empty" },
  },
  timers: { deliver: onRetry },
  http: { handle: serveHttp },
  inventory: (ctx) => ({ topics: listTopics(ctx).length, subscriptions: allSubscriptions(ctx).length }),
};
