<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** How the program is set going, and why it stands still again. */
final class Course
{
    /** It was told to step, and has not arrived. */
    private bool $isStepping = false;

    /** Xdebug does not forget a step when something else stops it: it ends later, whatever it is told then. */
    private bool $hasLeftStep = false;

    /** It will stand still soon, for it has been told to, or does so already. */
    private bool $isSignalled = false;
    private bool $isPauseWanted = false;
    private bool $hasBegun = false;

    public function __construct(
        private readonly Engine $engine,
        private readonly Program $program,
        private readonly Breakpoints $breakpoints,
        private readonly Exceptions $exceptions,
        private readonly Evaluation $evaluation,
    ) {
    }

    /** @param string $command of DBGp */
    public function go(string $command): void
    {
        $isStep = $command !== 'run';
        $this->hasLeftStep = !$isStep && ($this->hasLeftStep || $this->isStepping);
        $this->isStepping = $isStep;
        $this->isPauseWanted = false;
        $this->engine->send($command);
    }

    /** Go on from where nobody wanted it to stand: a step goes on as a step. */
    public function goOn(): void
    {
        $this->engine->send('run');
    }

    /**
     * Has it stand still soon: for good, or just as long as something is told to the engine.
     *
     * @throws Refused
     */
    public function interrupt(bool $isPause): void
    {
        $this->isPauseWanted = $this->isPauseWanted || $isPause;
        if (!$this->isSignalled) {
            $this->program->pause();
            $this->isSignalled = true;
        }
    }

    /** Why the program stands still; null if it is to go on. */
    public function arrive(SimpleXMLElement $response, Stack $stack): ?Stop
    {
        $stop = match (true) {
            Engine::isCut($response) => new Stop('exception', thrown: Thrown::unreadable()),
            isset($response->breakpoint) => $this->atBreakpoint($response, $stack),
            default => $this->atNone(Engine::message($response), $stack),
        };
        $this->hasBegun = true;
        return $stop;
    }

    private function atBreakpoint(SimpleXMLElement $response, Stack $stack): ?Stop
    {
        $type = (string) $response->breakpoint['type'];
        if ($type === 'exception') {
            $thrown = Thrown::of(Engine::message($response));
            $isWanted = $this->exceptions->include($thrown, $stack, $this->evaluation);
            return $isWanted ? new Stop('exception', thrown: $thrown) : null;
        }
        $id = (string) $response->breakpoint['id'];
        if ($type !== 'call') {
            return $this->atLine(Engine::message($response), $stack, $id);
        }
        $breakpoint = $this->breakpoints->withEngineId($id);
        $isHit = $breakpoint !== null && $this->holds($breakpoint, $stack);
        return $isHit ? new Stop('function breakpoint', [$breakpoint->id]) : null;
    }

    /** It stands still for no breakpoint: for a step, for a pause, or for a call of `xdebug_break`. */
    private function atNone(SimpleXMLElement $message, Stack $stack): ?Stop
    {
        if ($this->isSignalled) {
            $this->isSignalled = false;
            return $this->isPauseWanted ? new Stop('pause') : $this->atLine($message, $stack);
        }
        if ($this->isStepping) {
            $this->isStepping = false;
            return $this->hasBegun ? $this->atLine($message, $stack) ?? new Stop('step') : new Stop('entry');
        }
        if ($this->hasLeftStep) {
            $this->hasLeftStep = false;
            return $this->atLine($message, $stack);
        }
        return new Stop('breakpoint');
    }

    /** Xdebug names one of a line's breakpoints, and none where it stands still for something else. */
    private function atLine(SimpleXMLElement $message, Stack $stack, string $named = ''): ?Stop
    {
        $there = $this->breakpoints->atLine(Paths::path((string) $message['filename']), (int) $message['lineno']);
        $isHit = fn (Breakpoint $each) => $each->engineId === $named || $this->holds($each, $stack);
        $hit = array_filter($there, $isHit);
        return $hit === [] ? null : new Stop('breakpoint', array_map(fn ($each) => $each->id, array_values($hit)));
    }

    /** A condition that fails is taken for one that holds, so that it is seen. */
    private function holds(Breakpoint $breakpoint, Stack $stack): bool
    {
        try {
            return $breakpoint->condition === ''
                || $this->evaluation->holds(Expression::of($breakpoint->condition), $stack->top());
        } catch (Refused) {
            return true;
        }
    }
}
