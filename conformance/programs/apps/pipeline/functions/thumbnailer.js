const { S3Client, GetObjectCommand, PutObjectCommand } = require("@aws-sdk/client-s3");
const s3 = new S3Client({});

exports.handler = async (event) => {
  for (const { s3: at } of event.Records) {
    const object = await s3.send(new GetObjectCommand({ Bucket: at.bucket.name, Key: at.object.key }));
    const bytes = await object.Body.transformToByteArray();
    const Key = at.object.key.replace(/^pictures\//, "thumbnails/");
    await s3.send(new PutObjectCommand({ Bucket: at.bucket.name, Key, Body: bytes.slice(0, 4) }));
    // outside of what its role allows
    await s3
      .send(new PutObjectCommand({ Bucket: at.bucket.name, Key: `secret/${Key}`, Body: "x" }))
      .catch((error) => console.log(error.name));
  }
};
