<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** A line or a function to stop at. */
final class Breakpoint
{
    /** The engine's number for it, once it has been told. */
    public ?string $engineId = null;
    public bool $isVerified = false;
    public string $message = '';

    /**
     * @param string $function empty for a line
     */
    public function __construct(
        public readonly int $id,
        public readonly string $path,
        public int $line,
        public readonly string $function,
        public readonly string $condition,
    ) {
    }

    /** Takes what the engine knows of it: where there is code for it, if there is. */
    public function resolve(SimpleXMLElement $told): void
    {
        if ((string) $told['resolved'] === 'resolved') {
            $this->line = (int) $told['lineno'];
            [$this->isVerified, $this->message] = [true, ''];
        }
    }

    /** @return array<string, mixed> as the client sees it */
    public function told(): array
    {
        return ['id' => $this->id, 'verified' => $this->isVerified]
            + ($this->line > 0 ? ['line' => $this->line] : [])
            + ($this->message === '' ? [] : ['message' => $this->message]);
    }
}
