"""The names and signatures that scripts written for bluesky v1.6.7 rely on."""

from __future__ import annotations

from inspect import Parameter, isclass, isfunction, signature

import pytest

from bsh import plan_patterns, plan_stubs, plans, preprocessors, simulators

V167 = {
    plans: """
        count(detectors, num=1, delay=None, *, per_shot=None, md=None)
        list_scan(detectors, *args, per_step=None, md=None)
        rel_list_scan(detectors, *args, per_step=None, md=None)
        list_grid_scan(detectors, *args, snake_axes=False, per_step=None, md=None)
        rel_list_grid_scan(detectors, *args, snake_axes=False, per_step=None, md=None)
        log_scan(detectors, motor, start, stop, num, *, per_step=None, md=None)
        rel_log_scan(detectors, motor, start, stop, num, *, per_step=None, md=None)
        adaptive_scan(detectors, target_field, motor, start, stop, min_step, max_step, target_delta, backstep, threshold=0.8, *, md=None)
        rel_adaptive_scan(detectors, target_field, motor, start, stop, min_step, max_step, target_delta, backstep, threshold=0.8, *, md=None)
        tune_centroid(detectors, signal, motor, start, stop, min_step, num=10, step_factor=3.0, snake=False, *, md=None)
        scan_nd(detectors, cycler, *, per_step=None, md=None)
        inner_product_scan(detectors, num, *args, per_step=None, md=None)
        scan(detectors, *args, num=None, per_step=None, md=None)
        grid_scan(detectors, *args, snake_axes=None, per_step=None, md=None)
        rel_grid_scan(detectors, *args, snake_axes=None, per_step=None, md=None)
        relative_inner_product_scan(detectors, num, *args, per_step=None, md=None)
        rel_scan(detectors, *args, num=None, per_step=None, md=None)
        tweak(detector, target_field, motor, step, *, md=None)
        spiral_fermat(detectors, x_motor, y_motor, x_start, y_start, x_range, y_range, dr, factor, *, dr_y=None, tilt=0.0, per_step=None, md=None)
        rel_spiral_fermat(detectors, x_motor, y_motor, x_range, y_range, dr, factor, *, dr_y=None, tilt=0.0, per_step=None, md=None)
        spiral(detectors, x_motor, y_motor, x_start, y_start, x_range, y_range, dr, nth, *, dr_y=None, tilt=0.0, per_step=None, md=None)
        rel_spiral(detectors, x_motor, y_motor, x_range, y_range, dr, nth, *, dr_y=None, tilt=0.0, per_step=None, md=None)
        spiral_square(detectors, x_motor, y_motor, x_center, y_center, x_range, y_range, x_num, y_num, *, per_step=None, md=None)
        rel_spiral_square(detectors, x_motor, y_motor, x_range, y_range, x_num, y_num, *, per_step=None, md=None)
        ramp_plan(go_plan, monitor_sig, inner_plan_func, take_pre_data=True, timeout=None, period=None, md=None)
        fly(flyers, *, md=None)
        x2x_scan(detectors, motor1, motor2, start, stop, num, *, per_step=None, md=None)
    """,
    plan_stubs: """
        create(name='primary')
        save()
        drop()
        read(obj)
        monitor(obj, *, name=None, **kwargs)
        unmonitor(obj)
        null()
        abs_set(obj, *args, group=None, wait=False, **kwargs)
        rel_set(obj, *args, group=None, wait=False, **kwargs)
        mv(*args, group=None, **kwargs)
        mvr(*args, group=None, **kwargs)
        rd(obj, *, default_value=0)
        stop(obj)
        trigger(obj, *, group=None, wait=False)
        sleep(time)
        wait(group=None)
        checkpoint()
        clear_checkpoint()
        pause()
        deferred_pause()
        input_plan(prompt='')
        kickoff(obj, *, group=None, wait=False, **kwargs)
        complete(obj, *, group=None, wait=False, **kwargs)
        collect(obj, *, stream=False, return_payload=True)
        configure(obj, *args, **kwargs)
        stage(obj)
        unstage(obj)
        subscribe(name, func)
        unsubscribe(token)
        install_suspender(suspender)
        remove_suspender(suspender)
        open_run(md=None)
        close_run(exit_status=None, reason=None)
        wait_for(futures, **kwargs)
        trigger_and_read(devices, name='primary')
        broadcast_msg(command, objs, *args, **kwargs)
        repeater(n, gen_func, *args, **kwargs)
        caching_repeater(n, plan)
        one_shot(detectors, take_reading=trigger_and_read)
        one_1d_step(detectors, motor, step, take_reading=trigger_and_read)
        move_per_step(step, pos_cache)
        one_nd_step(detectors, step, pos_cache, take_reading=trigger_and_read)
        repeat(plan, num=1, delay=None)
    """,
    preprocessors: """
        plan_mutator(plan, msg_proc)
        msg_mutator(plan, msg_proc)
        pchain(*args)
        print_summary_wrapper(plan)
        run_wrapper(plan, *, md=None)
        subs_wrapper(plan, subs)
        suspend_wrapper(plan, suspenders)
        configure_count_time_wrapper(plan, time)
        finalize_wrapper(plan, final_plan, *, pause_for_debug=False)
        contingency_wrapper(plan, *, except_plan=None, else_plan=None, final_plan=None, pause_for_debug=False)
        finalize_decorator(final_plan)
        rewindable_wrapper(plan, rewindable)
        inject_md_wrapper(plan, md)
        stub_wrapper(plan)
        monitor_during_wrapper(plan, signals)
        fly_during_wrapper(plan, flyers)
        lazily_stage_wrapper(plan)
        stage_wrapper(plan, devices)
        relative_set_wrapper(plan, devices=None)
        reset_positions_wrapper(plan, devices=None)
        baseline_wrapper(plan, devices, name='baseline')
        set_run_key_wrapper(plan, run)
        SupplementalData(*, baseline=None, monitors=None, flyers=None)
    """,
    plan_patterns: """
        spiral(x_motor, y_motor, x_start, y_start, x_range, y_range, dr, nth, *, dr_y=None, tilt=0.0)
        spiral_square_pattern(x_motor, y_motor, x_center, y_center, x_range, y_range, x_num, y_num)
        spiral_fermat(x_motor, y_motor, x_start, y_start, x_range, y_range, dr, factor, *, dr_y=None, tilt=0.0)
        inner_list_product(args)
        outer_list_product(args, snake_axes)
        inner_product(num, args)
        classify_outer_product_args_pattern(args)
        chunk_outer_product_args(args, pattern=None)
        outer_product(args)
        snake_cyclers(cyclers, snake_booleans)
        merge_axis(objs)
        merge_cycler(cyc)
        short_uid(label=None, truncate=6)
    """,
    simulators: """
        summarize_plan(plan)
        check_limits(plan)
        plot_raster_path(plan, x_motor, y_motor, ax=None, probe_size=None, lw=2)
    """,
}

LINES = [
    pytest.param(module, line.strip(), id=f"{module.__name__}.{line.strip().partition('(')[0]}")
    for module, text in V167.items()
    for line in text.strip().splitlines()
]


@pytest.mark.parametrize(("module", "line"), LINES)
def test_a_name_takes_what_it_took_in_v1_6_7(module, line):
    name, _, rest = line.partition("(")
    namespace: dict[str, object] = {"trigger_and_read": plan_stubs.trigger_and_read}
    exec(f"def wanted({rest}: ...", namespace)
    wanted = signature(namespace["wanted"]).parameters
    found = signature(getattr(module, name)).parameters
    for parameter in wanted.values():
        assert found[parameter.name].kind == parameter.kind
        assert found[parameter.name].default == parameter.default
    for extra in (found[name] for name in found if name not in wanted):  # additions must be optional
        assert extra.default is not Parameter.empty or extra.kind is Parameter.VAR_POSITIONAL


@pytest.mark.parametrize(
    "name",
    [
        "baseline", "subs", "suspend", "relative_set", "reset_positions", "lazily_stage", "stage", "fly_during",
        "monitor_during", "inject_md", "run", "contingency", "stub", "configure_count_time", "set_run_key",
        "finalize", "rewindable",
    ],
)  # fmt: skip
def test_every_wrapper_has_its_decorator(name):
    assert callable(getattr(preprocessors, f"{name}_decorator"))


def test_other_names_of_stubs_and_plans():
    assert plan_stubs.mov is plan_stubs.mv
    assert plan_stubs.movr is plan_stubs.mvr
    assert simulators.print_summary is simulators.summarize_plan


@pytest.mark.parametrize("module", [plans, plan_stubs, preprocessors, plan_patterns, simulators])
def test_every_public_name_is_documented(module):
    for name in module.__all__:
        thing = getattr(module, name)
        if isfunction(thing) or isclass(thing):
            assert thing.__doc__, name
