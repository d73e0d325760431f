"""kill -9 of a worker at every point of a step, of a delivery and of a job: another worker finishes what it began."""

STEPS = (
    "command.locked",
    "command.ran",
    "command.state_stored",
    "command.rows_written",
    "command.journalled",
    "due_step.committing",
    "due_step.committed",
)
LETTERS = ("letter.committing", "letter.committed")
JOBS = ("job.began", "notification.leaving", "notification.left", "notification.recorded", "job.ended")


def batched(points: tuple[str, ...], size: int) -> list[tuple[str, ...]]:
    return [points[n : n + size] for n in range(0, len(points), size)]


def test_a_worker_killed_at_any_point_leaves_its_work_to_the_next(installation, client_of, prove):
    client = client_of(installation.node("web").start())
    for _ in range(10):
        client.complete(client.task_of(client.open_case()["process_instance_id"]))
    for _ in range(2):
        client.complete(client.start("sender")["user_tasks"][0]["id"])
    installation.pass_time(hours=1)

    for points in batched(LETTERS + STEPS + JOBS, 2):
        for point in points:
            installation.faults.put(point, "kill")
        workers = [installation.node("worker").start() for _ in points]
        for point in points:
            installation.faults.wait_for(point, workers).kill()
        installation.age_heartbeats()
    installation.node("worker").start()

    prove()
    assert installation.scalar("SELECT count(*) FROM user_task WHERE element_id = 'close'") == 10
    assert installation.scalar("SELECT count(*) FROM user_task WHERE element_id = 'received'") == 2
