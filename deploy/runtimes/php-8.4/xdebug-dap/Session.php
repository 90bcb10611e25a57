<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** One debug session: takes the client's requests, and hears of the program. */
final class Session
{
    private const THREAD = 1;
    private const RESUMING = ['continue' => 'run', 'next' => 'step_over', 'stepIn' => 'step_into', 'stepOut' => 'step_out'];
    private const FEATURES = [
        'notify_ok' => 1,
        'resolved_breakpoints' => 1,
        'breakpoint_details' => 1,
        'extended_properties' => 1, // names and values of any bytes
        'show_hidden' => 1, // what is not public
        'max_data' => Variables::SHOWN_BYTES,
    ];
    private const CAPABILITIES = [
        'supportsConfigurationDoneRequest' => true,
        'supportsFunctionBreakpoints' => true,
        'supportsConditionalBreakpoints' => true,
        'supportsEvaluateForHovers' => true,
        'supportsSetVariable' => true,
        'supportsCompletionsRequest' => true,
        'completionTriggerCharacters' => ['$', '>'],
        'supportsExceptionInfoRequest' => true,
        'exceptionBreakpointFilters' => Exceptions::FILTERS,
    ];

    private State $state = State::Starting;
    private array $launch = [];
    private readonly Program $program;
    private readonly Breakpoints $breakpoints;
    private readonly Exceptions $exceptions;
    private ?Engine $engine = null;
    private ?Course $course = null;
    private ?Evaluation $evaluation = null;
    private ?Inspection $inspection = null; // while it stands still
    private bool $isOver = false;

    public function __construct(private readonly Client $client)
    {
        $this->program = new Program();
        $this->breakpoints = new Breakpoints();
        $this->exceptions = new Exceptions();
    }

    public function isOver(): bool
    {
        return $this->isOver;
    }

    /** Whether the program has not connected yet, so that it is to be looked at again and again. */
    public function isWaiting(): bool
    {
        return $this->program->listener() !== null;
    }

    /** @return list<resource> to be heard when there is something to read */
    public function sockets(): array
    {
        return array_values(array_filter([$this->program->listener(), $this->engine?->socket]));
    }

    /** Takes what a socket has. */
    public function hear(mixed $socket): void
    {
        try {
            if ($socket === $this->program->listener()) {
                $this->connect();
            } elseif (($response = $this->engine->receive()) !== null) {
                $this->arrive($response);
            }
        } catch (EngineGone) {
            $this->end();
        }
    }

    /** Looks whether the program has ended before it connected. */
    public function look(): void
    {
        if ($this->program->hasEnded()) {
            $this->program->close();
            $this->end();
        }
    }

    /** Takes a message of the client's. */
    public function take(array $message): void
    {
        try {
            if ($message['type'] === 'request') {
                $this->obey($message, $message['arguments'] ?? []);
            } elseif ($message['success']) {
                $this->program->begin((int) $message['body']['processId']);
            } else {
                $this->client->refuse($this->launch, $message['message'] ?? 'The program can not be started');
            }
        } catch (Refused $refusal) {
            $this->client->refuse($message, $refusal->getMessage());
        } catch (EngineGone) {
            $this->client->refuse($message, 'The program has ended');
            $this->end();
        }
    }

    private function obey(array $request, array $asked): void
    {
        $command = $request['command'];
        match ($command) {
            'launch' => $this->launch($request, $asked),
            'configurationDone' => $this->begin($request),
            'continue', 'next', 'stepIn', 'stepOut' => $this->resume($request, self::RESUMING[$command]),
            'pause' => $this->pause($request),
            'disconnect' => $this->disconnect($request),
            default => $this->client->answer($request, $this->answerTo($command, $asked)),
        };
    }

    private function answerTo(string $command, array $asked): array
    {
        return match ($command) {
            'initialize' => self::CAPABILITIES,
            'setBreakpoints' => $this->setLines($asked),
            'setFunctionBreakpoints' => $this->setFunctions($asked),
            'setExceptionBreakpoints' => $this->setExceptions($asked),
            'threads' => ['threads' => [['id' => self::THREAD, 'name' => 'main']]],
            default => $this->inspection()->answer($command, $asked),
        };
    }

    private function launch(array $request, array $asked): void
    {
        $this->launch = $request;
        $command = Program::command($asked['program']);
        $this->client->ask('runInTerminal', ['title' => 'PHP', 'cwd' => $asked['cwd'], 'args' => $command]);
    }

    private function connect(): void
    {
        $this->engine = $this->program->connect($this->notice(...));
        foreach (self::FEATURES as $feature => $value) {
            $this->engine->feature($feature, $value);
        }
        $this->evaluation = new Evaluation($this->engine);
        $parts = [$this->engine, $this->program, $this->breakpoints, $this->exceptions, $this->evaluation];
        $this->course = new Course(...$parts);
        $this->state = State::Configuring;
        $this->client->tell('initialized');
    }

    /** Everything is set: the program runs. */
    private function begin(array $request): void
    {
        $this->client->answer($request);
        $this->client->answer($this->launch);
        if ($this->course === null) {
            $this->end();
            return;
        }
        $this->client->tell('thread', ['reason' => 'started', 'threadId' => self::THREAD]);
        $this->state = State::Running;
        $this->course->go($this->launch['arguments']['stopOnEntry'] ? 'step_into' : 'run');
    }

    private function arrive(SimpleXMLElement $response): void
    {
        if ((string) $response['status'] !== 'break') {
            $this->engine->send('run'); // it is about to end, and waits for this
            return;
        }
        array_map($this->tellOf(...), $this->send()); // what has changed while the program ran
        $stack = new Stack($this->engine);
        $stop = $this->course->arrive($response, $stack);
        if ($stop === null) {
            $this->evaluation->forget();
            $this->course->goOn();
            return;
        }
        $this->state = State::Stopped;
        $this->inspection = new Inspection($this->engine, $this->evaluation, $stack, $stop);
        $this->client->tell('stopped', $stop->told() + ['threadId' => self::THREAD, 'allThreadsStopped' => true]);
    }

    private function resume(array $request, string $command): void
    {
        $this->inspection();
        $this->evaluation->forget();
        $this->inspection = null;
        $this->client->answer($request, ['allThreadsContinued' => true]);
        $this->state = State::Running;
        $this->course->go($command);
    }

    private function pause(array $request): void
    {
        if ($this->state !== State::Running) {
            throw new Refused('The program does not run');
        }
        $this->course->interrupt(isPause: true);
        $this->client->answer($request);
    }

    private function disconnect(array $request): void
    {
        $this->client->answer($request);
        $this->isOver = true;
    }

    /** The end of a program that has not begun is told when everything is set: clients wait for that. */
    private function end(): void
    {
        $this->engine = $this->course = $this->evaluation = $this->inspection = null;
        $hasBegun = $this->state !== State::Starting;
        $this->state = $hasBegun ? State::Ended : State::Configuring;
        $this->client->tell($hasBegun ? 'terminated' : 'initialized');
    }

    private function setLines(array $asked): array
    {
        $path = $asked['source']['path'];
        $this->breakpoints->setLines($path, $asked['breakpoints'] ?? []);
        $this->change();
        return $this->breakpoints->told($path);
    }

    private function setFunctions(array $asked): array
    {
        $this->breakpoints->setFunctions($asked['breakpoints']);
        $this->change();
        return $this->breakpoints->told();
    }

    private function setExceptions(array $asked): array
    {
        $this->exceptions->set($asked['filters']);
        $this->change();
        return [];
    }

    /** Tells the engine of changes: now, or when a program that runs has been made to stand still for it. */
    private function change(): void
    {
        match ($this->state) {
            State::Configuring, State::Stopped => $this->send(),
            State::Running => $this->course->interrupt(isPause: false),
            default => null,
        };
    }

    /** @return list<Breakpoint> those that the engine has been told of */
    private function send(): array
    {
        if ($this->engine === null) {
            return [];
        }
        $this->exceptions->send($this->engine);
        return $this->breakpoints->send($this->engine);
    }

    private function tellOf(Breakpoint $breakpoint): void
    {
        $this->client->tell('breakpoint', ['reason' => 'changed', 'breakpoint' => $breakpoint->told()]);
    }

    private function notice(SimpleXMLElement $notice): void
    {
        if ((string) $notice['name'] === 'breakpoint_resolved') {
            $breakpoint = $this->breakpoints->resolve($notice->breakpoint);
            $breakpoint === null ?: $this->tellOf($breakpoint);
        }
    }

    private function inspection(): Inspection
    {
        return $this->inspection ?? throw new Refused('The program does not stand still');
    }
}
