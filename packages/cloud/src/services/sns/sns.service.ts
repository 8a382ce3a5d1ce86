import type { ServiceDefinition } from "../../core/service.ts";
import { publish, publishBatch } from "./operations/publish.ts";
import * as subscriptions from "./operations/subscriptions.ts";
import * as topics from "./operations/topics.ts";
import { allSubscriptions, listTopics } from "./store.ts";

const { topicIam } = topics;
const { subscriptionIam } = subscriptions;
const reads = { readonly: true };

export const service: ServiceDefinition = {
  name: "sns",
  operations: {
    CreateTopic: { handler: topics.createTopic, missing: "DataProtectionPolicy" },
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
      missing: "protocols application and firehose; ReplayPolicy",
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
      missing: "push endpoints; retries of a delivery; the notification's signature says UNSIGNED; HTTP only to this machine",
    },
    PublishBatch: { handler: publishBatch, waits: true, iam: topicIam("Publish"), missing: "as Publish" },
  },
  inventory: (ctx) => ({ topics: listTopics(ctx).length, subscriptions: allSubscriptions(ctx).length }),
};
