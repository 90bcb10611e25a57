<?php

declare(strict_types=1);

namespace XdebugDap;

use PhpToken;

/** What a file calls classes: by its namespace, and by what it imports. */
final class Names
{
    public const NAMES = [T_STRING, T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED, T_NAME_RELATIVE];

    private string $namespace = '';

    /** @var array<string, string> full names by what they are called here, in lower case */
    private array $imported = [];

    /** @param list<PhpToken> $tokens of the file, without spaces and comments */
    public function __construct(private readonly array $tokens)
    {
        $depth = 0;
        foreach ($tokens as $at => $token) {
            $depth += $token->is(Source::OPENING) ? 1 : ($token->is('}') ? -1 : 0);
            if ($token->is(T_NAMESPACE)) {
                $this->namespace = $tokens[$at + 1]->is(self::NAMES) ? $tokens[$at + 1]->text : '';
            } elseif ($token->is(T_USE) && $depth === 0) {
                $this->import($at);
            }
        }
    }

    /** The class that a name stands for, without a leading backslash. */
    public function full(string $name): string
    {
        if ($name[0] === '\\') {
            return substr($name, 1);
        }
        $name = preg_replace('/^namespace\\\\/i', '', $name, count: $isRelative);
        [$first, $rest] = explode('\\', $name, 2) + [1 => null];
        $imported = $isRelative ? null : $this->imported[strtolower($first)] ?? null;
        return $imported === null
            ? ltrim("$this->namespace\\$name", '\\')
            : $imported . ($rest === null ? '' : "\\$rest");
    }

    /** PHP after which names mean in other code what they mean in the file. */
    public function declared(): string
    {
        $code = $this->namespace === '' ? '' : "namespace $this->namespace; ";
        foreach ($this->imported as $alias => $class) {
            $code .= "use $class as $alias; ";
        }
        return $code;
    }

    /** Reads a `use` of classes: one, several, or a group of them. */
    private function import(int $at): void
    {
        [$prefix, $name] = ['', ''];
        while (isset($this->tokens[++$at]) && !$this->tokens[$at]->is([';', '(', T_FUNCTION, T_CONST])) {
            $token = $this->tokens[$at];
            if ($token->is('{')) {
                array_pop($this->imported);
                $prefix = "$name\\";
            } elseif ($token->is(self::NAMES)) {
                $isAlias = $this->tokens[$at - 1]->is(T_AS);
                if ($isAlias) {
                    array_pop($this->imported);
                }
                $name = $isAlias ? $name : $prefix . ltrim($token->text, '\\');
                $alias = $isAlias ? $token->text : basename(strtr($name, '\\', '/'));
                $this->imported[strtolower($alias)] = $name;
            }
        }
    }
}
