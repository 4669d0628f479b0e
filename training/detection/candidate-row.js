/**
 * A candidate as `fit.py` reads it: whether MTCNN proposed it, the proposer's score, O-Net's, the corners of both boxes, and
 * the score that settled it; null where the weights that are fitted have the last word.
 */
export function candidateRow({ proposer, proposed, judged, settled }) {
  return [
    proposer === "mtcnn" ? 1 : 0,
    proposed.score,
    judged.score,
    ...corners(proposed),
    ...corners(judged),
    settled ?? null,
  ];
}

function corners({ left, top, right, bottom }) {
  return [left, top, right, bottom].map((edge) => Math.round(edge * 100) / 100);
}
