// That the browser does not clear the models when it wants room. Main thread.

export class Persistence {
  #isAsked = false;

  /**
   * Asks once, and only behind a click or a key of the person's: some browsers ask them in turn. Refused or not there,
   * models may have to be fetched again one day.
   */
  ask(): void {
    const { userActivation } = navigator as { readonly userActivation?: UserActivation };
    if (this.#isAsked || userActivation?.hasBeenActive === false) return;
    this.#isAsked = true;
    const storage = navigator.storage as StorageManager | undefined;
    void storage?.persist().catch(() => false);
  }
}
