<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** Values as DBGp has them (`property` elements), in the language's own notation. */
final class Literals
{
    public const PREVIEWED = 5; // of what is in a value, in a line
    private const PREVIEWED_CHARACTERS = 40; // of a text within something
    private const ESCAPES = ["\\" => '\\\\', '"' => '\"', "\n" => '\n', "\r" => '\r', "\t" => '\t', "\e" => '\e'];

    /** @return string one of its texts, which is an attribute, or an element where it has odd bytes */
    public static function text(SimpleXMLElement $property, string $name): string
    {
        return isset($property[$name]) ? (string) $property[$name] : self::decoded($property->{$name});
    }

    /** The value in one line. */
    public static function of(SimpleXMLElement $property): string
    {
        $inner = self::listed($property);
        return match ((string) $property['type']) {
            'array' => 'array(' . $property['numchildren'] . ')' . ($inner === '' ? '' : " [$inner]"),
            'object' => match ((string) $property['facet']) {
                'enum' => self::className($property) . '::' . self::caseName($property),
                default => self::className($property) . ($inner === '' ? '' : " {{$inner}}"),
            },
            default => self::scalar($property, null),
        };
    }

    /** The name that a property has in what holds it, without marks of who owns it. */
    public static function name(SimpleXMLElement $property): string
    {
        [$prefix, $name] = ['', self::text($property, 'name')];
        if (str_starts_with($name, '::')) {
            [$prefix, $name] = ['self::$', substr($name, 2)];
        } elseif (str_contains((string) $property['facet'], 'static')) {
            $prefix = '::$';
        }
        return $prefix . preg_replace('/^\*(.+)\*(.+)$/', '$2 ($1)', $name);
    }

    public static function type(SimpleXMLElement $property): string
    {
        $type = (string) $property['type'];
        return $type === 'object' ? self::className($property) : $type;
    }

    /** A name as PHP makes it for an anonymous class has a NUL and a path in it. */
    public static function className(SimpleXMLElement $property): string
    {
        return strtok(self::text($property, 'classname'), "\0") ?: 'object';
    }

    private static function listed(SimpleXMLElement $property): string
    {
        $isArray = (string) $property['type'] === 'array';
        $words = [];
        $next = 0;
        foreach ($property->property as $child) {
            if (count($words) === self::PREVIEWED) {
                break;
            }
            $name = self::name($child);
            $isInOrder = $isArray && $name === (string) $next++;
            $key = $isArray ? (preg_match('/^-?\d+$/', $name) ? $name : self::quoted($name)) . ' => ' : "$name: ";
            $words[] = ($isInOrder ? '' : $key) . self::within($child);
        }
        $isCut = count($words) < (int) $property['numchildren'] && $words !== [];
        return implode(', ', $words) . ($isCut ? ', …' : '');
    }

    private static function within(SimpleXMLElement $property): string
    {
        return match ((string) $property['type']) {
            'array' => 'array(' . $property['numchildren'] . ')',
            'object' => self::className($property),
            default => self::scalar($property, self::PREVIEWED_CHARACTERS),
        };
    }

    /** The bytes of a text, or what the engine writes for another value. */
    public static function content(SimpleXMLElement $property): string
    {
        return self::decoded(isset($property->value) ? $property->value : $property);
    }

    private static function scalar(SimpleXMLElement $property, ?int $characters): string
    {
        $value = self::content($property);
        return match ((string) $property['type']) {
            'null' => 'null',
            'bool' => $value === '1' ? 'true' : 'false',
            'float' => preg_match('/^-?\d+$/', $value) ? "$value.0" : $value,
            'string' => self::string($value, (int) $property['size'], $characters),
            'resource' => preg_replace('/resource id=.(\d+). type=.(.*)./', 'resource($1) of type $2', $value),
            default => $value,
        };
    }

    private static function string(string $value, int $size, ?int $characters): string
    {
        if ($size <= ($characters ?? strlen($value))) {
            return self::quoted($value);
        }
        $shown = mb_strcut($value, 0, ($characters ?? strlen($value)) - 1); // no part of a character
        return self::quoted($shown) . '…' . ($characters === null ? " ($size bytes)" : '');
    }

    /** A literal that PHP reads as this text. */
    public static function quoted(string $text): string
    {
        $text = preg_replace('/\$(?=[\w{\x80-\xff])/', '\\\\$0', strtr($text, self::ESCAPES));
        $isText = mb_check_encoding($text, 'UTF-8');
        $odd = $isText ? '/[\x00-\x1f\x7f]/' : '/[\x00-\x1f\x7f-\xff]/';
        return '"' . preg_replace_callback($odd, fn ($byte) => sprintf('\x%02x', ord($byte[0])), $text) . '"';
    }

    private static function caseName(SimpleXMLElement $enum): string
    {
        foreach ($enum->property as $child) {
            if (self::text($child, 'name') === 'name') {
                return self::content($child);
            }
        }
        return '?';
    }

    private static function decoded(SimpleXMLElement $element): string
    {
        $text = (string) $element;
        return (string) $element['encoding'] === 'base64' ? (string) base64_decode($text) : $text;
    }
}
