// What a build is told of the place it is published at. Node.

/**
 * @typedef {object} Deployment
 * @property {string | null} modelsUrl where the models lie, when not beside the app
 * @property {readonly string[]} modelsMirrors where the same models lie too, tried in this order
 * @property {string | null} catalogFile a catalogue to publish in the place of the checkout's
 */

/** The bundler is a process of its own: it is told by its environment. */
const VARIABLES = {
  modelsUrl: 'PARLEY_MODELS_URL',
  modelsMirrors: 'PARLEY_MODELS_MIRRORS',
  catalogFile: 'PARLEY_CATALOG_FILE',
};

/**
 * @param {Deployment} deployment
 * @returns {Record<string, string>}
 */
export function toEnvironment({ modelsUrl, modelsMirrors, catalogFile }) {
  return {
    [VARIABLES.modelsUrl]: modelsUrl ?? '',
    // No address has a space in it.
    [VARIABLES.modelsMirrors]: modelsMirrors.join(' '),
    [VARIABLES.catalogFile]: catalogFile ?? '',
  };
}

/**
 * What `toEnvironment` wrote down.
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {Deployment}
 */
export function fromEnvironment(environment) {
  const read = (/** @type {keyof typeof VARIABLES} */ name) => environment[VARIABLES[name]] ?? '';
  return {
    modelsUrl: read('modelsUrl') || null,
    modelsMirrors: read('modelsMirrors').split(' ').filter(Boolean),
    catalogFile: read('catalogFile') || null,
  };
}
