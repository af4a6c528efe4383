/**
 * File extensions by media type, of the types that apps meet: those of the IANA registry and the WHATWG's MIME sniffing,
 * by the part before the slash. `subtype:extension,extension`
 */
export const types = {
  application: 'atom+xml:atom epub+zip:epub geo+json:geojson gzip:gz java-archive:jar json:json,map ld+json:jsonld manifest+json:webmanifest mathml+xml:mathml msword:doc n-quads:nq n-triples:nt octet-stream:bin,exe,dll,deb,dmg,iso,img ogg:ogx pdf:pdf pgp-encrypted:pgp pgp-signature:sig pkcs8:p8 postscript:ps,eps,ai rdf+xml:rdf rss+xml:rss rtf:rtf schema+json: sql:sql toml:toml vnd.amazon.ebook:azw vnd.android.package-archive:apk vnd.apple.installer+xml:mpkg vnd.apple.keynote:key vnd.apple.mpegurl:m3u8 vnd.apple.numbers:numbers vnd.apple.pages:pages vnd.debian.binary-package: vnd.google-earth.kml+xml:kml vnd.mozilla.xul+xml:xul vnd.ms-excel:xls vnd.ms-fontobject:eot vnd.ms-powerpoint:ppt vnd.oasis.opendocument.presentation:odp vnd.oasis.opendocument.spreadsheet:ods vnd.oasis.opendocument.text:odt vnd.openxmlformats-officedocument.presentationml.presentation:pptx vnd.openxmlformats-officedocument.spreadsheetml.sheet:xlsx vnd.openxmlformats-officedocument.wordprocessingml.document:docx vnd.rar:rar vnd.sqlite3:sqlite,sqlite3 vnd.visio:vsd wasm:wasm x-7z-compressed:7z x-bzip:bz x-bzip2:bz2 x-csh:csh x-httpd-php:php x-sh:sh x-tar:tar x-www-form-urlencoded: x-xz:xz xhtml+xml:xhtml xml:xml,xsl,xsd xslt+xml:xslt yaml:yaml,yml zip:zip zstd:zst',
  audio: 'aac:aac ac3:ac3 flac:flac matroska:mka midi:mid,midi mp4:m4a,mp4a mpeg:mp3,mpga ogg:oga,ogg,opus,spx wav:wav webm:weba x-aiff:aif,aiff 3gpp:',
  font: 'collection:ttc otf:otf sfnt: ttf:ttf woff:woff woff2:woff2',
  image: 'aces:exr apng:apng avif:avif bmp:bmp gif:gif heic:heic heif:heif jp2:jp2 jpeg:jpg,jpeg,jpe jxl:jxl ktx:ktx ktx2:ktx2 png:png svg+xml:svg,svgz tiff:tif,tiff vnd.adobe.photoshop:psd vnd.microsoft.icon:ico webp:webp',
  model: '3mf:3mf gltf+json:gltf gltf-binary:glb mtl:mtl obj:obj step:step,stp stl:stl vnd.collada+xml:dae vnd.usdz+zip:usdz vrml:wrl',
  multipart: 'alternative: byteranges: encrypted: form-data: mixed: related: signed:',
  text: 'cache-manifest:appcache calendar:ics css:css csv:csv html:html,htm javascript:js,mjs,cjs jsx:jsx less:less markdown:md,markdown plain:txt,text,log,conf,ini rtf:rtf tab-separated-values:tsv turtle:ttl uri-list:uri vcard:vcf vtt:vtt xml:xml',
  video: '3gpp:3gp 3gpp2:3g2 matroska:mkv mp2t:ts,m2ts mp4:mp4,m4v,mp4v mpeg:mpeg,mpg ogg:ogv quicktime:mov,qt webm:webm x-flv:flv x-msvideo:avi x-ms-wmv:wmv'
}
