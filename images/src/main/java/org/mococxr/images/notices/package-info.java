/**
 * What a packaged application consists of: libraries with their licences, a bill of materials
 * (CycloneDX) and the third parties' notices. Nothing here makes images.
 */
package org.mococxr.images.notices;
