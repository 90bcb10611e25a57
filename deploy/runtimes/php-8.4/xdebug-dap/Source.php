<?php

declare(strict_types=1);

namespace XdebugDap;

use PhpToken;

/** A file of the program, read once. */
final class Source
{
    public const OPENING = [T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES, '{'];
    private const MAX_BYTES = 1 << 20; // what is after that says and catches nothing

    /** @var array<string, self> by path */
    private static array $read = [];

    private function __construct(public readonly Names $names, public readonly TryBlocks $tries)
    {
    }

    /** @param string $path empty for code that is in no file */
    public static function of(string $path): self
    {
        return self::$read[$path] ??= self::ofText(
            $path !== '' && is_file($path) ? (string) file_get_contents($path, length: self::MAX_BYTES) : '',
        );
    }

    private static function ofText(string $text): self
    {
        $tokens = array_filter(PhpToken::tokenize($text), fn (PhpToken $token) => !$token->isIgnorable());
        $tokens = array_values($tokens);
        $names = new Names($tokens);
        return new self($names, new TryBlocks($tokens, $names));
    }
}
