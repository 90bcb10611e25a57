<?php

declare(strict_types=1);

namespace XdebugDap;

/** Files as DBGp names them. */
final class Paths
{
    private const FILE = 'file://';

    public static function uri(string $path): string
    {
        return self::FILE . implode('/', array_map('rawurlencode', explode('/', $path)));
    }

    /** Returns an empty path for code that is in no file. */
    public static function path(string $uri): string
    {
        return str_starts_with($uri, self::FILE) ? rawurldecode(substr($uri, strlen(self::FILE))) : '';
    }
}
