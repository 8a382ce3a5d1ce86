/**
 * PhotoEditor for development after phases 2 and 3 of ADR 0008: what holds state comes from the modules that production uses,
 * at the versions pinned here; functions and API stay the program's own. `../infra-sst` is phase 1. Moving from there to here
 * destroys nothing: `moved` says which resource of the program each one of a module was.
 */
export default $config({
  app(input) {
    return {
      name: "photo-editor",
      stage: input?.stage || "dev",
      providers: { aws: "6.83.0" },
    };
  },
  async run() {
    const { default: storage } = await import("./stacks/storage");
    const { default: messaging } = await import("./stacks/messaging");
    const { default: api } = await import("./stacks/api");

    const stored = storage();
    const sent = messaging({ temp: stored.temp, keyId: stored.keyId });
    const served = api({ ...stored, queueArn: sent.queue.arn, jobTopicArn: sent.jobTopicArn });

    return {
      api_url: served.url,
      temp_bucket_name: stored.temp.name,
      final_bucket_name: stored.final.name,
      jobs_table_name: stored.jobs.name,
      processing_queue_url: sent.queue.url,
      dlq_url: sent.dlq.url,
      alarm_topic_arn: sent.alarmTopicArn,
      sns_topic_arn: sent.jobTopicArn,
      kms_key_arn: stored.keyArn,
      worker_function_name: served.workerName,
    };
  },
});
