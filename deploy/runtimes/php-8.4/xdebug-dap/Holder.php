<?php

declare(strict_types=1);

namespace XdebugDap;

/** What variables are in: a scope of a frame, or a value. */
final class Holder
{
    /** @var array<string, ?string> what can be assigned to, by the client's names, of those that were read */
    public array $places = [];

    /**
     * @param int $context of DBGp
     * @param string $name the engine's; empty for a scope
     */
    public function __construct(
        public readonly int $level,
        public readonly int $context,
        public readonly string $name = '',
        public readonly int $size = 0,
        public readonly bool $isArray = false,
    ) {
    }

    /** Whether it holds what a client asks for: `indexed`, `named`, or both if that is empty. */
    public function holds(string $kind): bool
    {
        return $kind === '' || ($kind === 'indexed') === $this->isArray;
    }
}
