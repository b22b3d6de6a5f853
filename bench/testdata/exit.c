// A program that does nothing, to be executed by the benchmark.
int main(void) { return 0; }
