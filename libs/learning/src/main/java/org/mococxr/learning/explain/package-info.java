/**
 * Where in a picture a finding was seen: Grad-CAM of any layer, its closed form, and guided
 * backpropagation.
 */
package org.mococxr.learning.explain;
