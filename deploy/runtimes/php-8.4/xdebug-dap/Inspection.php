<?php

declare(strict_types=1);

namespace XdebugDap;

/** What can be asked for while the program stands still. */
final class Inspection
{
    private readonly Variables $variables;

    public function __construct(
        Engine $engine,
        private readonly Evaluation $evaluation,
        private readonly Stack $stack,
        private readonly Stop $stop,
    ) {
        $this->variables = new Variables($engine, $evaluation);
    }

    /**
     * @param array<string, mixed> $asked the request's arguments
     * @return array<string, mixed> the answer's body
     * @throws Refused
     */
    public function answer(string $command, array $asked): array
    {
        return match ($command) {
            'stackTrace' => $this->stack->told($asked['startFrame'] ?? 0, $asked['levels'] ?? 0),
            'exceptionInfo' => $this->stop->thrown?->told() ?? throw new Refused('It stands at no exception'),
            'scopes' => ['scopes' => $this->variables->scopes($this->level($asked))],
            'variables' => $this->variables($asked),
            'setVariable' => $this->variables->set($asked['variablesReference'], $asked['name'], $asked['value']),
            'evaluate' => $this->variables->evaluate(self::expression($asked), $this->level($asked)),
            'completions' => $this->completions($asked),
            default => throw new Refused("$command is not supported"),
        };
    }

    private function variables(array $asked): array
    {
        $page = [$asked['start'] ?? 0, $asked['count'] ?? 0, $asked['filter'] ?? ''];
        return ['variables' => $this->variables->listed($asked['variablesReference'], ...$page)];
    }

    private function completions(array $asked): array
    {
        $completions = new Completions($this->evaluation);
        return ['targets' => $completions->of($asked['text'], $asked['column'], $this->level($asked))];
    }

    private static function expression(array $asked): Expression
    {
        return match ($asked['context'] ?? '') {
            'repl' => Expression::orStatements($asked['expression']),
            'hover' => Expression::ofName($asked['expression']),
            default => Expression::of($asked['expression']),
        };
    }

    /** A frame's number is its level, counted from 1. */
    private function level(array $asked): int
    {
        return isset($asked['frameId']) ? $asked['frameId'] - 1 : $this->stack->top();
    }
}
