/** What a deployment may be called: labels, links, projects and folders derive from its name. */
export const deploymentName = /^[a-z][a-z0-9-]{0,30}$/;
