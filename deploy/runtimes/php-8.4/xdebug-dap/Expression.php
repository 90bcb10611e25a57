<?php

declare(strict_types=1);

namespace XdebugDap;

/** PHP that somebody has typed, and that can be compiled: if it could not, the program would end of it. */
final class Expression
{
    /** Reads a value without running anything but what `__get` and the like do. */
    private const NAME = '/^(?!(exit|die)$)\$?[\w\\\\\x80-\xff]+(\??(->|::)\$?[\w\x80-\xff]+)*$/i';
    private const ERROR = '/error:\s*(.*?) in Standard input code on line/s';
    private const MAX_KNOWN = 1000;

    /** @var array<string, string> errors by code; empty ones where there is none */
    private static array $known = [];

    private function __construct(public readonly string $text, public readonly bool $hasValue)
    {
    }

    /** @throws Refused it is none */
    public static function of(string $text): self
    {
        $text = rtrim(trim($text), ';');
        self::check("return ($text\n);");
        return new self($text, true);
    }

    /** @throws Refused it is more than a name */
    public static function ofName(string $text): self
    {
        return preg_match(self::NAME, $text) ? self::of($text) : throw new Refused('There is no name here');
    }

    /** @throws Refused it is neither an expression nor statements */
    public static function orStatements(string $text): self
    {
        try {
            return self::of($text);
        } catch (Refused) {
            self::check("$text\n;");
            return new self($text, false);
        }
    }

    /** An expression of the adapter's own making. */
    public static function trusted(string $text): self
    {
        return new self($text, true);
    }

    private static function check(string $code): void
    {
        if (count(self::$known) > self::MAX_KNOWN) {
            self::$known = [];
        }
        $error = self::$known[$code] ??= self::error($code);
        if ($error !== '') {
            throw new Refused($error);
        }
    }

    private static function error(string $code): string
    {
        $lint = proc_open([PHP_BINARY, '-n', '-l'], [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes);
        fwrite($pipes[0], "<?php $code");
        fclose($pipes[0]);
        $output = stream_get_contents($pipes[1]);
        if (proc_close($lint) === 0) {
            return '';
        }
        return preg_match(self::ERROR, $output, $found) ? ucfirst($found[1]) : 'This is no PHP';
    }
}
