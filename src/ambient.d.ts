// Module shapes that the bundler provides: URLs of emitted assets.
declare module '*?url' {
  const url: string;
  export default url;
}
declare module '*?worker&url' {
  const url: string;
  export default url;
}
