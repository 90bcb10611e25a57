data class Person(val name: String)

fun greet(people: List<Person>) = people.map { it.name }.joinToString()

fun main() {
    println("Hello, ${greet(listOf(Person("Ada")))}!")
}
