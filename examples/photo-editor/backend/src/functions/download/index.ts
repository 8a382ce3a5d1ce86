/** GET /jobs/{id}/download: a URL to get the processed image from. */
import { answering, jobIdOf, json } from "../../shared/http.ts";
import { downloadUrl } from "../../shared/uploads.ts";

export const handler = answering(async (event) => json(200, await downloadUrl(jobIdOf(event))));
