<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** An exception where it is thrown, or an error that PHP itself reports. */
final class Thrown
{
    private function __construct(
        public readonly string $class,
        public readonly string $message,
        public readonly int $severity,
    ) {
    }

    /** Reads where a response says the program stands. */
    public static function of(SimpleXMLElement $message): self
    {
        return new self((string) $message['exception'], trim((string) $message), (int) $message['code']);
    }

    /** One whose message can't be had: it may be of any length, and any bytes. */
    public static function unreadable(): self
    {
        return new self('Exception', 'Its message can not be shown', 0);
    }

    /** Whether it is what PHP reports itself, and no exception, which may have the same name. */
    public function isReport(): bool
    {
        return $this->severity > 0;
    }

    /** @return array<string, string> as the client sees it */
    public function told(): array
    {
        return ['exceptionId' => $this->class, 'description' => $this->message, 'breakMode' => 'always'];
    }
}
