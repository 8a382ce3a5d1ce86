/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: () => ({ name: "places", home: "aws", providers: { aws: { region: "eu-central-1" } } }),
  async run() {
    const zones = await aws.getAvailabilityZones({ state: "available" });
    const first = aws.getAvailabilityZoneOutput({ name: zones.names[0] });
    const regions = aws.getRegionsOutput({ filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] });
    const bucket = new aws.s3.Bucket("Files");
    const object = new aws.s3.BucketObjectv2("Note", {
      bucket: bucket.id,
      key: "note.txt",
      content: "dear diary",
      contentType: "text/plain",
    });
    const note = aws.s3.getObjectOutput({ bucket: object.bucket, key: object.key });
    const arn = aws.getArnOutput({ arn: bucket.arn });
    return {
      zones: zones.names.join(),
      zone: first.zoneId,
      home: regions.names.apply((names) => String(names.includes("eu-central-1"))),
      elsewhere: (
        await aws.getAvailabilityZones({}, { provider: new aws.Provider("West", { region: "us-west-2" }) })
      ).names.join(),
      principal: aws.getServicePrincipalOutput({ serviceName: "lambda" }).name,
      user: aws.s3.getCanonicalUserIdOutput().id,
      note: note.body,
      service: arn.service,
    };
  },
});
