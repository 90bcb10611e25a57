<?php

declare(strict_types=1);

namespace XdebugDap;

/** What may come next in a text that is being typed. */
final class Completions
{
    private const MAX_TARGETS = 100;
    private const NAMES_BYTES = 20_000;
    private const MEMBERS = '(fn ($o) => is_object($o) ? implode(" ", [...array_keys(get_object_vars($o)),'
        . ' ...array_map(fn ($m) => "$m(", get_class_methods($o))]) : "")(%s)';
    private const FUNCTIONS = 'implode(" ", array_map(fn ($f) => "$f(", get_defined_functions()["user"]))';
    private const VARIABLES = 'implode(" ", array_map(fn ($v) => "\$$v", array_keys(get_defined_vars())))';

    public function __construct(private readonly Evaluation $evaluation)
    {
    }

    /** @return list<array> */
    public function of(string $text, int $column, int $level): array
    {
        $before = mb_substr($text, 0, $column - 1);
        if (preg_match('/(\$\w+(?:->\w+|\[\w+]|\["[^"]*"]|\[\'[^\']*\'])*)->(\w*)$/', $before, $found)) {
            return self::targets($this->names(sprintf(self::MEMBERS, $found[1]), $level), $found[2], $before);
        }
        if (preg_match('/\$\w*$/', $before, $found)) {
            return self::targets([...$this->names(self::VARIABLES, $level), '$this'], $found[0], $before);
        }
        if (preg_match('/(?<![\w>:"\'])\w+$/', $before, $found)) {
            $own = $this->names(self::FUNCTIONS, $level);
            $theirs = array_map(fn (string $name) => "$name(", get_defined_functions()['internal']);
            return self::targets([...$own, ...$theirs], $found[0], $before);
        }
        return [];
    }

    /** @return list<string> */
    private function names(string $code, int $level): array
    {
        $value = $this->evaluation->value(Expression::trusted($code), $level, self::NAMES_BYTES);
        return $value === null ? [] : array_filter(explode(' ', Literals::content($value)));
    }

    private static function targets(array $names, string $word, string $before): array
    {
        $fitting = array_filter($names, fn (string $name) => $name !== $word && str_starts_with($name, $word));
        $length = mb_strlen($word);
        $place = ['start' => mb_strlen($before) - $length, 'length' => $length];
        $targets = array_map(fn (string $name) => ['label' => $name] + $place, array_values(array_unique($fitting)));
        return array_slice($targets, 0, self::MAX_TARGETS);
    }
}
