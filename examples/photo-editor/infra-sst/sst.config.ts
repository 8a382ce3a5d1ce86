/**
 * PhotoEditor for development: phase 1 of ADR 0008, every resource declared here.
 * `../infra-sst-modules` is the same system after phases 2 and 3, on the modules that production uses.
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
    const sent = messaging({ tempBucket: stored.tempBucket, key: stored.key });
    const served = api({ ...stored, ...sent });

    return {
      api_url: served.url,
      temp_bucket_name: stored.tempBucket.bucket,
      final_bucket_name: stored.finalBucket.bucket,
      jobs_table_name: stored.jobs.name,
      processing_queue_url: sent.queue.url,
      dlq_url: sent.dlq.url,
      alarm_topic_arn: sent.alarmTopic.arn,
      sns_topic_arn: sent.jobTopic.arn,
      kms_key_arn: stored.key.arn,
      worker_function_name: served.workerName,
    };
  },
});
