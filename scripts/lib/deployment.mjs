// What a build is told of the place it is published at. Node.

/**
 * @typedef {object} Deployment
 * @property {string | null} modelsUrl where the models lie, when not beside the app
 * @property {string | null} catalogFile a catalogue to publish in the place of the checkout's
 */

/** The bundler is a process of its own: it is told by its environment. */
export const VARIABLES = { modelsUrl: 'PARLEY_MODELS_URL', catalogFile: 'PARLEY_CATALOG_FILE' };

/**
 * @param {Deployment} deployment
 * @returns {Record<string, string>}
 */
export function toEnvironment({ modelsUrl, catalogFile }) {
  return { [VARIABLES.modelsUrl]: modelsUrl ?? '', [VARIABLES.catalogFile]: catalogFile ?? '' };
}
