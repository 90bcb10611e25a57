/** A room in miniature, drawn in markup: two people in one text, and what it prints. */
export function Illustration() {
  return (
    <div className="picture" aria-hidden="true">
      <div className="picture-bar">
        <span className="picture-tab">primes.py</span>
        <span className="picture-people">
          <i style={{ background: '#f0997b' }}>M</i>
          <i style={{ background: '#5fd3a8' }}>A</i>
        </span>
      </div>
      <pre className="picture-code">
        <span>
          <b>def</b> <u>sieve</u>(limit):
        </span>
        <span>
          {'    '}marks = [<em>True</em>] * (limit + <em>1</em>)
        </span>
        <span>
          {'    '}
          <b>for</b> n <b>in</b> <u>range</u>(<em>2</em>, limit + <em>1</em>):
          <i
            className="picture-caret"
            data-name="Mira"
            style={{ '--person': '#f0997b' } as React.CSSProperties}
          />
        </span>
        <span>
          {'        '}
          <b>if</b> marks[n]:
        </span>
        <span>
          {'            '}
          <b>yield</b> n
        </span>
        <span>
          {'            '}marks[n*n::n] = <mark>…</mark>
          <i
            className="picture-caret"
            data-name="Anand"
            style={{ '--person': '#5fd3a8' } as React.CSSProperties}
          />
        </span>
      </pre>
      <div className="picture-output">
        <span className="picture-run">Run 4 · Finished · 0.31 s</span>
        <span>2 3 5 7 11 13 17 19 23 29 31 37</span>
      </div>
    </div>
  )
}
