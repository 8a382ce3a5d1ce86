exports.handler = async (event) => ({
  isAuthorized: event.identitySource?.[0] === process.env.TOKEN,
  context: { user: "ada", method: event.requestContext.http.method },
});
