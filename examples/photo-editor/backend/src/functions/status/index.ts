/** GET /jobs/{id}: how a job stands. */
import { answering, jobIdOf, json } from "../../shared/http.ts";
import { jobStatus } from "../../shared/uploads.ts";

export const handler = answering(async (event) => json(200, await jobStatus(jobIdOf(event))));
