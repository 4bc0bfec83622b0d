// Entry of the store worker: model files, from the device or the network.
import type { StoreConfig } from '../src/engines/worker-configs.ts';
import { exposeWorker } from '../src/rpc/expose-worker.ts';
import { ModelStoreServiceHost } from './services/model-store-service.ts';
import { OpfsDirectory } from './services/opfs-directory.ts';

exposeWorker<StoreConfig, null>(self, {
  async load({ keepsFiles, ...config }) {
    const directory = keepsFiles ? new OpfsDirectory() : null;
    return { loaded: null, service: new ModelStoreServiceHost({ ...config, directory }) };
  },
});
