/** Evidence for a finding by place, and its picture. Where the evidence comes from is not known. */
package org.mococxr.imaging.heatmap;
