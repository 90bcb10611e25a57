<?php

declare(strict_types=1);

namespace XdebugDap;

/** Why the program stands still. */
final class Stop
{
    /**
     * @param string $reason in the client's protocol
     * @param list<int> $hit the breakpoints that it stands at
     */
    public function __construct(
        public readonly string $reason,
        public readonly array $hit = [],
        public readonly ?Thrown $thrown = null,
    ) {
    }

    /** @return array<string, mixed> as the client sees it */
    public function told(): array
    {
        return ['reason' => $this->reason]
            + ($this->hit === [] ? [] : ['hitBreakpointIds' => $this->hit])
            + ($this->thrown === null ? [] : ['description' => $this->thrown->class, 'text' => $this->thrown->message]);
    }
}
