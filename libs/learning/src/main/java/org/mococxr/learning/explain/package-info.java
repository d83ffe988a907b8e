/** Where in a picture a finding was seen: Grad-CAM of any layer, and its closed form. */
package org.mococxr.learning.explain;
